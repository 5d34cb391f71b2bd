package org.fascicle.runtime.graph;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.ScalarFunction;

/** The specialised loops of one program's functions: each is made once, and goes when the program goes. Thread-safe. */
final class Kernels {
    private final Ops ops;
    private final Map<Identity, Kernel> made = new ConcurrentHashMap<>();

    Kernels(Ops ops) {
        this.ops = ops;
    }

    Kernel of(ScalarFunction f) {
        Identity key = new Identity(f);
        Kernel k = made.get(key);
        return k != null ? k : made.computeIfAbsent(key, q -> ops.kernel(f));
    }

    /** A function by identity: equal records may be objects of two versions of a class. */
    private record Identity(ScalarFunction f) {
        @Override
        @SuppressWarnings("ReferenceEquality")
        public boolean equals(Object o) {
            return o instanceof Identity i && i.f == f;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(f);
        }
    }
}

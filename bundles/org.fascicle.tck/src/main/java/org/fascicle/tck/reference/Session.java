package org.fascicle.tck.reference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/** The state of one set of streams: zero at first; what a step leaves becomes current with {@link #commit}. Confined to one thread. */
public final class Session {
    private final Map<String, State> states = new LinkedHashMap<>();

    /** One state, now and after the step. */
    static final class State {
        private Tensor current;
        private Tensor next;

        private State(Shape s) {
            current = Tensor.zeros(s);
            next = Tensor.zeros(s);
        }

        Tensor current() {
            return current;
        }

        Tensor next() {
            return next;
        }

        private void commit() {
            Tensor t = current;
            current = next;
            next = t;
        }
    }

    State state(String path, Shape s) {
        return states.computeIfAbsent(path, k -> new State(s));
    }

    /** What the last forward left becomes what the next one sees. */
    public void commit() {
        states.values().forEach(State::commit);
    }

    /** What the last forward left of each state, by path. */
    public Map<String, Tensor> next() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        states.forEach((path, s) -> all.put(path, s.next()));
        return all;
    }

    /** The current states, in the order in which they were first asked for; writable. */
    public List<Tensor> tensors() {
        List<Tensor> list = new ArrayList<>();
        states.values().forEach(s -> list.add(s.current()));
        return list;
    }
}

package org.fascicle.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.tensor.Tensor;

/**
 * One way to use a plug-in: its options and what comes in at each port. Immutable; the tensors are not modified.
 *
 * @param name for people, unique within one contract
 * @param options as JSON has them; {@code activation} works as on any node
 * @param inputs one tensor a port, {@link Tensor#ABSENT} leaves an optional one out
 * @param stateful true to run it in a session with states that are not zero
 */
public record Case(String name, Map<String, Object> options, List<Tensor> inputs, boolean stateful) {
    public Case {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        inputs = List.copyOf(inputs);
    }

    /** A case without inputs; add them by {@link #on}. */
    public static Case of(String name, Object... keysAndValues) {
        return new Case(name, options(keysAndValues), List.of(), false);
    }

    /** This case on these inputs. Where two of them are different tensors with the same numbers, the samples of the later one are rotated. */
    public Case on(Tensor... tensors) {
        List<Tensor> apart = new ArrayList<>();
        for (int i = 0; i < tensors.length; i++) {
            int like = 0;
            for (int j = 0; j < i; j++) if (tensors[j] != tensors[i] && same(tensors[j], tensors[i])) like++;
            apart.add(like == 0 ? tensors[i] : rotated(tensors[i], like));
        }
        return new Case(name, options, apart, stateful);
    }

    /** This case in a session. */
    public Case inSession() {
        return new Case(name, options, inputs, true);
    }

    /** Options from keys and values in turn, as for a child: {@code options("type", "dense", "units", 3)}. */
    public static Map<String, Object> options(Object... keysAndValues) {
        if (keysAndValues.length % 2 != 0)
            throw new IllegalArgumentException("options: a key without a value in " + Arrays.toString(keysAndValues));
        Map<String, Object> m = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) m.put((String) keysAndValues[i], keysAndValues[i + 1]);
        return m;
    }

    private static boolean same(Tensor a, Tensor b) {
        return a.size() > 0
                && a.shape().equals(b.shape())
                && Arrays.equals(a.data(), 0, a.size(), b.data(), 0, b.size());
    }

    private static Tensor rotated(Tensor t, int by) {
        if (t.rank() == 0 || t.dim(0) < 2) return t;
        int each = t.size() / t.dim(0), at = by % t.dim(0) * each;
        Tensor r = Tensor.zeros(t.shape());
        System.arraycopy(t.data(), at, r.data(), 0, t.size() - at);
        System.arraycopy(t.data(), 0, r.data(), t.size() - at, at);
        return r;
    }

    @Override
    public String toString() {
        return name;
    }
}

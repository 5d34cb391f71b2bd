package org.fascicle.tck.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.fascicle.nn.Param;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.ConfigException;
import org.fascicle.tensor.Shape;

/**
 * Open dimensions without arithmetic on unknowns: everything is planned twice, with 960 and with 1,440; what differs is
 * open, and no parameter may differ. Confined to one thread.
 */
public final class Probe {
    private static final int SMALL = 960;
    private static final int LARGE = 1440;

    private Probe() {}

    /**
     * Output shapes as text, "?" where open.
     *
     * @param inputs dimensions by name, -1 where open
     * @param specs in an order in which each comes after those it refers to
     */
    public static Map<String, String> shapes(Map<String, int[]> inputs, List<Graph.Spec> specs) {
        Map<String, Shape> small = new LinkedHashMap<>(), large = new LinkedHashMap<>();
        inputs.forEach((name, dims) -> {
            small.put(name, known(dims, SMALL));
            large.put(name, known(dims, LARGE));
        });
        Map<String, String> text = new LinkedHashMap<>();
        for (Graph.Spec s : specs) {
            Shapes a = given(s, small), b = given(s, large);
            List<Param> p = params(s, a), q = params(s, b);
            for (int i = 0; i < p.size(); i++) {
                if (p.get(i).fits(q.get(i))) continue;
                throw new ConfigException(s.id() + ": parameter " + p.get(i).name()
                        + " depends on an open dimension of its input; give that dimension or pool over it");
            }
            Shape[] in = a.list().toArray(Shape[]::new), wide = b.list().toArray(Shape[]::new);
            List<Shape> x = s.what().outputs(in), y = s.what().outputs(wide);
            for (int i = x.size() - 1; i >= 0; i--) {
                String ref = s.id() + "." + s.what().outputs().get(i);
                small.put(ref, x.get(i));
                large.put(ref, y.get(i));
            }
            small.put(s.id(), x.get(0));
            large.put(s.id(), y.get(0));
            text.put(s.id(), text(x.get(0), y.get(0)));
        }
        return text;
    }

    private static Shapes given(Graph.Spec s, Map<String, Shape> known) {
        return new Shapes(s.inputs().stream()
                .map(r -> r.isEmpty() ? Shapes.ABSENT : known.get(r))
                .toList());
    }

    private static List<Param> params(Graph.Spec s, Shapes in) {
        List<Param> all = new ArrayList<>(s.what().layer().plan(in).params());
        s.what()
                .activation()
                .ifPresent(a -> all.addAll(a.layer()
                        .plan(Shapes.of(s.what().layer().plan(in).outputs().get(0)))
                        .params()));
        return all;
    }

    private static String text(Shape x, Shape y) {
        StringJoiner j = new StringJoiner(", ", "[", "]");
        for (int i = 0; i < x.rank(); i++) j.add(x.dim(i) == y.dim(i) ? Integer.toString(x.dim(i)) : "?");
        return j.toString();
    }

    private static Shape known(int[] dims, int n) {
        return Shape.of(Arrays.stream(dims).map(d -> d < 0 ? n : d).toArray());
    }
}

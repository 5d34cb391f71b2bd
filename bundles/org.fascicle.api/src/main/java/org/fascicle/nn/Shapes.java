package org.fascicle.nn;

import java.util.List;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;

/** The shapes a layer is given, by port position; always concrete. Immutable. */
public record Shapes(List<Shape> list) {
    /** Stands for an optional input that is not there: the shape of {@link Tensor#ABSENT}. */
    public static final Shape ABSENT = Tensor.ABSENT.shape();

    public Shapes {
        list = List.copyOf(list);
    }

    public static Shapes of(Shape... shapes) {
        return new Shapes(List.of(shapes));
    }

    public int count() {
        return list.size();
    }

    public boolean has(int port) {
        return port < list.size() && !list.get(port).equals(ABSENT);
    }

    public Shape get(int port) {
        return list.get(port);
    }

    /** The shape of a port that must have this form, e.g. {@code "[N, C, H, W]"}: the rank is its number of letters; a last {@code …} allows any more. */
    public Shape get(int port, String form) {
        String[] letters = form.substring(1, form.length() - 1).split(",");
        boolean open = letters[letters.length - 1].strip().equals("…");
        int rank = open ? letters.length - 1 : letters.length;
        Shape s = get(port);
        if (open ? s.rank() < rank : s.rank() != rank) {
            throw new ShapeException("input " + port + " must be " + form + ", got " + s + hint(s.rank(), rank));
        }
        return s;
    }

    private static String hint(int got, int want) {
        return got < want ? "; add a reshape before it" : "; add a flatten or reshape before it";
    }
}

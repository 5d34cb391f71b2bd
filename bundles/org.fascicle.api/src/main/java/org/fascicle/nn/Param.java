package org.fascicle.nn;

import java.util.Objects;
import org.fascicle.tensor.Shape;

/** A parameter of a layer: trained (WEIGHT, BIAS, SCALE) or not (STATISTIC, CONSTANT). Immutable. */
public final class Param {
    /** What a parameter is: decay and penalties touch only WEIGHT. */
    public enum Kind {
        WEIGHT,
        BIAS,
        SCALE,
        /** Updated by the layer itself, e.g. a running mean. */
        STATISTIC,
        /** Never changes. */
        CONSTANT;

        public boolean trained() {
            return this != STATISTIC && this != CONSTANT;
        }
    }

    private final String name;
    private final Shape shape;
    private final Initializer init;
    private final Kind kind;
    private final int fanIn;
    private final int fanOut;
    private final int blocks;

    private Param(String name, Shape shape, Initializer init, Kind kind, int fanIn, int fanOut, int blocks) {
        this.name = name;
        this.shape = shape;
        this.init = init;
        this.kind = kind;
        this.fanIn = fanIn;
        this.fanOut = fanOut;
        this.blocks = blocks;
    }

    public static Param of(String name, Shape shape, Kind kind, Initializer init, int fanIn, int fanOut) {
        return new Param(name, shape, init, kind, fanIn, fanOut, 1);
    }

    /** A weight {@code [out, in]}. */
    public static Param dense(String name, int out, int in, Initializer init) {
        return of(name, Shape.of(out, in), Kind.WEIGHT, init, in, out);
    }

    /** A weight {@code [out, in / groups, kernel…]}; fans count the receptive field. */
    public static Param conv(String name, int out, int inPerGroup, Initializer init, int... kernel) {
        int[] dims = new int[kernel.length + 2];
        dims[0] = out;
        dims[1] = inPerGroup;
        int field = 1;
        for (int i = 0; i < kernel.length; i++) field *= dims[i + 2] = kernel[i];
        return of(name, Shape.of(dims), Kind.WEIGHT, init, inPerGroup * field, out * field);
    }

    /** A bias {@code [n]} that starts at zero. */
    public static Param bias(String name, int n) {
        return of(name, Shape.of(n), Kind.BIAS, Initializer.ZEROS, n, n);
    }

    /** A scale {@code [n]} that starts at v. */
    public static Param scale(String name, int n, double v) {
        return of(name, Shape.of(n), Kind.SCALE, Initializer.constant(v), n, n);
    }

    /** A statistic {@code [n]} that starts at v. */
    public static Param statistic(String name, int n, double v) {
        return of(name, Shape.of(n), Kind.STATISTIC, Initializer.constant(v), n, n);
    }

    /** Stacked gates: n blocks along axis 0, initialised block by block; fan out is that of one block. */
    public Param blocks(int n) {
        return new Param(name, shape, init, kind, fanIn, fanOut / n, n);
    }

    /** This parameter with another initializer. */
    public Param init(Initializer i) {
        return new Param(name, shape, i, kind, fanIn, fanOut, blocks);
    }

    /** This parameter with another name. */
    public Param named(String n) {
        return new Param(n, shape, init, kind, fanIn, fanOut, blocks);
    }

    public String name() {
        return name;
    }

    public Shape shape() {
        return shape;
    }

    public Initializer init() {
        return init;
    }

    public Kind kind() {
        return kind;
    }

    public int fanIn() {
        return fanIn;
    }

    public int fanOut() {
        return fanOut;
    }

    public int blocks() {
        return blocks;
    }

    /** True if weights of that parameter fit this one: same name, kind, shape and blocks. */
    public boolean fits(Param o) {
        return name.equals(o.name) && kind == o.kind && shape.equals(o.shape) && blocks == o.blocks;
    }

    /** Equal if they fit and have the same fans; initializers are not compared. */
    @Override
    public boolean equals(Object o) {
        return o instanceof Param p && fits(p) && fanIn == p.fanIn && fanOut == p.fanOut;
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, shape, kind);
    }

    /** {@code kernel [4, 3] WEIGHT}. */
    @Override
    public String toString() {
        return name + " " + shape + " " + kind + (blocks == 1 ? "" : " of " + blocks + " blocks");
    }
}

package org.fascicle.nn;

/** An input of a layer. Ports are addressed by position; the name is for people and messages. Immutable. */
public record Port(String name, Role role, Arity arity) {
    /** What comes in at a port. */
    public enum Role {
        /** Numbers with a gradient. */
        VALUE,
        /** Numbers without one: targets, adjacency, sample weights. */
        CONSTANT,
        /** Whole numbers from 0, below 2^24. */
        INDEX,
        /** 1 = use, 0 = leave out. */
        MASK,
        /** How many steps of each sample count. */
        LENGTH
    }

    /** How many tensors a port takes. */
    public enum Arity {
        ONE,
        OPTIONAL,
        /** One or more; allowed for the last port only. */
        MANY
    }

    public static Port value(String name) {
        return new Port(name, Role.VALUE, Arity.ONE);
    }

    public static Port constant(String name) {
        return new Port(name, Role.CONSTANT, Arity.ONE);
    }

    public static Port index(String name) {
        return new Port(name, Role.INDEX, Arity.ONE);
    }

    /** Optional: without a mask everything is used. */
    public static Port mask(String name) {
        return new Port(name, Role.MASK, Arity.OPTIONAL);
    }

    public static Port length(String name) {
        return new Port(name, Role.LENGTH, Arity.ONE);
    }

    public Port optional() {
        return new Port(name, role, Arity.OPTIONAL);
    }

    public Port many() {
        return new Port(name, role, Arity.MANY);
    }
}

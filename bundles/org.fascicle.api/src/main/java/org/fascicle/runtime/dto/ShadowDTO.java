package org.fascicle.runtime.dto;

import org.osgi.dto.DTO;

/** A shadow of a model's node. */
public class ShadowDTO extends DTO {
    public String node;
    /** Symbolic name of a bundle, perhaps {@code @version}. */
    public String provider;

    /** COMPARING or WAITING. */
    public String state;
    /** What it waits for, or why it failed last; else empty. */
    public String reason;

    public long compared;
    public long skipped;
    public long failed;
    /** The largest absolute difference of any number. */
    public double absolute;
    /** The largest relative difference of any output. */
    public double relative;
    /** How many decisions (argmax) differ. */
    public long flips;

    public long activeNanos;
    public long shadowNanos;
}

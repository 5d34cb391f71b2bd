package org.fascicle.runtime.dto;

import org.osgi.dto.DTO;

/** A run. */
public class RunDTO extends DTO {
    public String id;
    public String name;
    public String model;
    public String state;
    public int epoch;
    public int epochs;
    public long step;
    /** What it waits for or why it failed; else empty. */
    public String reason;
}

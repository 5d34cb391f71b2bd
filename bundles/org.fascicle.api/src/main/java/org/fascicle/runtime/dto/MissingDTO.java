package org.fascicle.runtime.dto;

import org.osgi.dto.DTO;

/** A plug-in that is needed and not there. */
public class MissingDTO extends DTO {
    public String kind;
    public String name;
    /** One sentence: what is missing, why, and the remedy. */
    public String reason;
    /** Symbolic name of the bundle that provided it last; empty if none is known. */
    public String lastBundle;

    public String lastVersion;
    /** What repositories have: {@code org.example.mish 1.0.0 of repository optional}. */
    public String[] offers;
}

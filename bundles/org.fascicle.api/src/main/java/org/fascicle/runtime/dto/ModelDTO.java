package org.fascicle.runtime.dto;

import org.osgi.dto.DTO;

/** A model. */
public class ModelDTO extends DTO {
    public String name;
    public boolean satisfied;
    /** Why it is not satisfied; empty if it is. */
    public String reason;
    /** The plug-ins it lacks. */
    public MissingDTO[] missing;
    /** What provides its parts: {@code activation mish of org.example.mish 1.0.0}. */
    public String[] providers;

    public long version;
    public long parameters;
    /** Why other code that has come was not taken; empty if it was. */
    public String refused = "";

    public ShadowDTO[] shadows = {};
}

package org.fascicle.runtime.dto;

import org.osgi.dto.DTO;

/** A model. */
public class ModelDTO extends DTO {
    public String name;
    public boolean satisfied;
    /** One sentence for each plug-in it lacks: which, who provided it last, where it can be had. */
    public String[] missing;
    /** What provides its parts: {@code activation mish of org.example.mish 1.0.0}. */
    public String[] providers;

    public long version;
    public long parameters;
    /** Why other code that has come was not taken; empty if it was. */
    public String refused = "";

    public ShadowDTO[] shadows = {};
}

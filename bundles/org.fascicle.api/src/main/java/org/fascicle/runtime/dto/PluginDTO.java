package org.fascicle.runtime.dto;

import org.osgi.dto.DTO;

/** A plug-in: a service that carries a {@code fascicle.<kind>} property. */
public class PluginDTO extends DTO {
    public String kind;
    public String name;
    /** Symbolic name of the bundle. */
    public String bundle;

    public String version;
    public long bundleId;
    public long serviceId;
    /** SHA-256 of the bundle's content, empty while it was not needed. */
    public String hash;

    public String component;
    public int ranking;
    /** {@code active}, {@code shadowed} or {@code failed}; {@code stopped} for one whose bundle is installed and does not run. */
    public String state;
    /** Why it is not active, and what to do about it; empty for an active one. */
    public String reason;
}

package org.fascicle.runtime.dto;

import org.osgi.dto.DTO;

/** A repository of bundles in which missing plug-ins are looked for. */
public class RepositoryDTO extends DTO {
    public String name;
    /** Of the index. */
    public String url;
    /** {@code unread} as long as nobody needed it, {@code read}, or {@code failed}. */
    public String state;
    /** Why it failed; else empty. */
    public String reason;
    /** How many bundles the index lists. */
    public int bundles;
}

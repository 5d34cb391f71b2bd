package org.fascicle.runtime.dto;

import java.util.ArrayList;
import java.util.List;
import org.osgi.dto.DTO;

/** Everything there is. */
public class RuntimeDTO extends DTO {
    /** Working, shadowed, failed and stopped plug-ins, by kind, name and order of election. */
    public List<PluginDTO> plugins = new ArrayList<>();

    public List<ModelDTO> models = new ArrayList<>();
    public List<RunDTO> runs = new ArrayList<>();
    /** Where missing plug-ins are looked for, in the order of the configuration. */
    public List<RepositoryDTO> repositories = new ArrayList<>();
    /** The backend in use, e.g. {@code ejml}. */
    public String backend = "";
}

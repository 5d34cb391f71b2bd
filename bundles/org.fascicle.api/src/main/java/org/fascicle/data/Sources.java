package org.fascicle.data;

import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The directories in which data sets look for files. Immutable. */
@ProviderType
public interface Sources {
    /** The directories, in the order they are searched. */
    List<Path> directories();

    /** The first existing file among {@code names} (relative, with {@code /}), searched directory by directory; {@link DataException} that lists all places if there is none. */
    Path find(String... names);
}

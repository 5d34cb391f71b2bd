package org.fascicle.tck.golden;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fascicle.model.CorruptFileException;
import org.fascicle.plugin.Kind;

/**
 * The golden outputs of one plug-in, the file {@link #path} of its bundle. Immutable.
 *
 * @param kind the plug-in's
 * @param name the plug-in's
 * @param recordings at least one
 */
public record Golden(Kind kind, String name, List<Recording> recordings) {
    /** Where the files lie in a bundle. */
    public static final String FOLDER = "META-INF/fascicle/golden/";

    public Golden {
        recordings = List.copyOf(recordings);
    }

    /** Where the golden outputs of a plug-in lie in its bundle: {@code META-INF/fascicle/golden/activation.mish.json}. */
    public static String path(Kind kind, String name) {
        return FOLDER + kind.word() + "." + name + ".json";
    }

    /** Reads a file; what is no such file is a {@link CorruptFileException} that begins with {@code where}. */
    public static Golden parse(String where, byte[] json) {
        Golden g = new GoldenReader(where).read(json);
        Set<String> names = new HashSet<>();
        for (Recording r : g.recordings)
            if (!names.add(r.name()))
                throw new CorruptFileException(where + ": the case \"" + r.name() + "\" stands twice");
        if (names.isEmpty()) throw new CorruptFileException(where + ": has no cases");
        return g;
    }

    /** The file: a tensor a line, so that a change can be seen. */
    public String text() {
        return GoldenWriter.text(this);
    }

    /** The recording of this name. */
    public Optional<Recording> recording(String of) {
        return recordings.stream().filter(r -> r.name().equals(of)).findFirst();
    }
}

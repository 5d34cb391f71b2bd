package org.fascicle.runtime.run;

import org.fascicle.data.DataException;
import org.fascicle.model.CorruptFileException;
import org.fascicle.model.NonFiniteException;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.tensor.ShapeException;

/** Failures that can be kept: of the API's types, with the frames as text, so that no plug-in's class stays alive through one. */
final class Detached {
    private Detached() {}

    /** A copy of a failure; what is not of the API's types becomes a {@link FascicleException} that names its class. */
    static RuntimeException copy(Throwable t) {
        String m = String.valueOf(t.getMessage());
        Class<?> c = t.getClass();
        FascicleException e;
        if (c == NonFiniteException.class) e = new NonFiniteException(m);
        else if (c == MissingPluginException.class) e = new MissingPluginException(m);
        else if (c == ConfigException.class) e = new ConfigException(m);
        else if (c == ShapeException.class) e = new ShapeException(m);
        else if (c == DataException.class) e = new DataException(m);
        else if (c == CorruptFileException.class) e = new CorruptFileException(m);
        else if (c == FascicleException.class) e = new FascicleException(m);
        else e = new FascicleException(t.getMessage() == null ? c.getName() : c.getName() + ": " + m);
        e.setStackTrace(t.getStackTrace());
        return e;
    }
}

package org.fascicle.shell;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells the version. Confined to one command. */
@Command(name = "version", description = "Tell the version of Fascicle and what it runs on.")
final class VersionCommand implements Callable<Integer> {
    private final Services services;
    private final Console console;

    @Mixin
    private JsonOption json;

    VersionCommand(Services services, Console console) {
        this.services = services;
        this.console = console;
    }

    @Override
    public Integer call() {
        Version v = FrameworkUtil.getBundle(VersionCommand.class) == null
                ? Version.emptyVersion
                : FrameworkUtil.getBundle(VersionCommand.class).getVersion();
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("fascicle", v.toString());
        m.put("java", System.getProperty("java.version"));
        m.put("vm", System.getProperty("java.vm.name"));
        m.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        m.put("processors", Runtime.getRuntime().availableProcessors());
        m.put("backend", services.runtime().getRuntimeDTO().backend);
        if (json.json) {
            console.json(m);
            return Failures.DONE;
        }
        console.line("fascicle " + m.get("fascicle"));
        console.line("java " + m.get("java") + " (" + m.get("vm") + "), " + m.get("system") + ", " + m.get("processors")
                + " processors, backend " + m.get("backend"));
        return Failures.DONE;
    }
}

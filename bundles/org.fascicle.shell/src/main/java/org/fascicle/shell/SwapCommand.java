package org.fascicle.shell;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.fascicle.model.Model;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells which other code a model has not taken, and takes it. Confined to one command. */
@Command(
        name = "swap",
        description = {
            "Tell which other code a model in use has not taken, and why.",
            "Where swap.policy of the configuration org.fascicle.runtime is refuse, code that answers otherwise than the "
                    + "code before it is not taken unless it is accepted here."
        })
final class SwapCommand implements Callable<Integer> {
    private final Services services;
    private final Console console;

    @Parameters(paramLabel = "MODEL", description = "The name of a model.")
    private String model;

    @Option(names = "--accept", description = "Take the best there is, whatever it answers.")
    private boolean accept;

    @Mixin
    private JsonOption json;

    SwapCommand(Services services, Console console) {
        this.services = services;
        this.console = console;
    }

    @Override
    public Integer call() {
        Model m = services.models().find(model).orElseThrow(() -> ShadowCommand.unknown("swap", model, services));
        String refused = services.runtime().getRuntimeDTO().models.stream()
                .filter(d -> d.name.equals(model))
                .map(d -> d.refused)
                .findFirst()
                .orElse("");
        if (accept) m.acceptSwap();
        if (json.json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("model", model);
            line.put("refused", refused);
            line.put("accepted", accept);
            console.json(line);
        } else if (refused.isEmpty()) {
            console.line(model + ": nothing was refused");
        } else {
            console.line((accept ? "accepted: " : "") + Failures.oneLine(refused));
        }
        return Failures.DONE;
    }
}

package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.model.Models;
import org.fascicle.runtime.FascicleRuntime;
import org.fascicle.train.Run;
import org.fascicle.train.Trainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectService;

/** A configuration is an experiment: it starts a run, once, and its deletion stops it. */
class ConfigurationTest {
    private static final String PID = "org.fascicle.experiment";

    @InjectService(timeout = 30_000)
    ConfigurationAdmin configurations;

    @InjectService(timeout = 30_000)
    Trainer trainer;

    @InjectService(timeout = 30_000)
    Models models;

    @InjectService(timeout = 30_000)
    FascicleRuntime runtime;

    private final Map<String, Configuration> made = new HashMap<>();

    @AfterEach
    void deleteThem() throws Exception {
        for (Configuration c : made.values()) c.delete();
        made.keySet()
                .forEach(name -> Await.until(
                        "the model of " + name + " is closed",
                        () -> models.find(name).isEmpty()));
    }

    /** Makes or updates a configuration of a run that does not end by itself. */
    private Configuration configure(String name, double rate, int delivery) throws Exception {
        Configuration c = configurations.getFactoryConfiguration(PID, name, "?");
        made.put(name, c);
        Map<String, Object> p = new HashMap<>();
        p.put("dataset", "{\"type\": \"xor\"}");
        p.put(
                "model",
                "{\"layers\": [{\"type\": \"dense\", \"units\": 4, \"activation\": \"tanh\"}, {\"type\": \"dense\", \"units\": 1, \"activation\": \"sigmoid\"}]}");
        p.put("loss", "binary_crossentropy");
        p.put("training.epochs", 100_000_000);
        p.put("training.optimizer", "{\"type\": \"sgd\", \"learning_rate\": " + rate + "}");
        p.put(".delivery", delivery);
        c.update(FrameworkUtil.asDictionary(p));
        return c;
    }

    private List<Run> runs(String name) {
        return trainer.runs().stream().filter(r -> r.spec().name().equals(name)).toList();
    }

    private Run awaitRun(String name) {
        return Await.present(
                "a run of " + name + " that makes steps: " + runtime.getRuntimeDTO().runs, () -> running(name));
    }

    private Optional<Run> running(String name) {
        return runs(name).stream()
                .filter(r -> r.state() == Run.State.RUNNING && r.step() > 0)
                .findFirst();
    }

    @Test
    void aConfigurationStartsARunAndItsDeletionStopsIt() throws Exception {
        Configuration c = configure("started", 0.1, 1);
        Run run = awaitRun("started");
        assertThat(models.find("started")).isPresent();
        assertThat(runtime.getRuntimeDTO().runs)
                .filteredOn(r -> r.name.equals("started"))
                .singleElement()
                .satisfies(r -> assertThat(r.state).isEqualTo("RUNNING"));

        c.delete();
        made.remove("started");
        assertThat(run.await(Await.LONGEST)).isTrue();
        assertThat(run.state()).isEqualTo(Run.State.STOPPED);
        Await.until("its model is closed", () -> models.find("started").isEmpty());
    }

    @Test
    void theSameSettingsAgainStartNothing() throws Exception {
        configure("steady", 0.1, 1);
        Run run = awaitRun("steady");
        configure("steady", 0.1, 2);
        // Configurations are worked off in turn: when the later one runs, the earlier was dealt with.
        configure("later", 0.1, 1);
        awaitRun("later");
        assertThat(runs("steady")).containsExactly(run);
        assertThat(run.state()).isEqualTo(Run.State.RUNNING);
    }

    @Test
    void otherSettingsStartOver() throws Exception {
        configure("changing", 0.1, 1);
        Run first = awaitRun("changing");
        configure("changing", 0.2, 2);
        Await.until(
                "another run takes over",
                () -> running("changing")
                        .filter(r -> !r.id().equals(first.id()))
                        .isPresent());
        assertThat(first.state()).isEqualTo(Run.State.STOPPED);
        assertThat(runs("changing")).hasSize(2);
    }

    @Test
    void aConfigurationThatIsWrongSaysWhy() throws Exception {
        Configuration c = configurations.getFactoryConfiguration(PID, "wrong", "?");
        made.put("wrong", c);
        Map<String, Object> p = new HashMap<>();
        p.put("dataset", "{\"type\": \"xor\"}");
        p.put("model", "{\"layers\": [\"dense\"]}");
        p.put("loss", "binary_crossentropy");
        p.put("training.epoch", 3);
        c.update(FrameworkUtil.asDictionary(p));
        Await.until(
                "the runtime tells what is wrong",
                () -> runtime.getRuntimeDTO().runs.stream()
                        .anyMatch(r ->
                                r.id.equals(c.getPid()) && r.state.equals("FAILED") && r.reason.contains("epochs")),
                () -> runtime.getRuntimeDTO().runs);
    }
}

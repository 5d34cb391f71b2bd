package org.fascicle.shell;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.fascicle.model.Difference;
import org.fascicle.model.Shadow;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Origin;

/** A shadow that has compared what its model predicted, by some numbers that are always the same. */
final class FakeShadow implements Shadow {
    long compared;
    private final FakeModel model;
    private final String node;
    private final String provider;
    private State state = State.COMPARING;

    FakeShadow(FakeModel model, String node, String provider) {
        this.model = model;
        this.node = node;
        this.provider = provider;
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public String provider() {
        return provider;
    }

    @Override
    public Report report() {
        return new Report(
                state,
                "",
                List.of(new Origin(Kind.LAYER, "dense", "org.example.parts", "1.2.3", "", "", 0)),
                List.of(new Origin(Kind.LAYER, "dense", provider, "2.0.0", "", "", 0)),
                compared,
                0,
                0,
                Map.of("hidden", new Output(new Difference(0.25, 0.125), 40, model.flips)),
                Duration.ofNanos(1_500_000),
                Duration.ofNanos(2_500_000));
    }

    @Override
    public void close() {
        state = State.CLOSED;
        model.shadows.remove(this);
    }
}

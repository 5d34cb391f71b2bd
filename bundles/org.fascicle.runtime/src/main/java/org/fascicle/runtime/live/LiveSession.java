package org.fascicle.runtime.live;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.fascicle.model.Session;
import org.fascicle.runtime.graph.States;
import org.fascicle.tensor.Tensor;

/** The states of one set of streams. Not thread-safe. */
final class LiveSession implements Session {
    private final LiveModel model;
    private final Map<String, Tensor[]> states = new HashMap<>();

    LiveSession(LiveModel model) {
        this.model = model;
    }

    @Override
    public Map<String, Tensor> predict(Map<String, Tensor> inputs) {
        Map<String, Tensor> y = model.predict(inputs, Optional.of(states), model.patience());
        States.commit(states);
        return y;
    }

    @Override
    public void reset() {
        states.clear();
    }
}

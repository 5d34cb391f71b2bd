package org.fascicle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.fascicle.runtime.dto.PluginDTO;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.junit.jupiter.api.Test;

class CanonicalTest {
    private static FascicleRuntime runtime(long bundleId, long serviceId, String state) {
        return () -> {
            RuntimeDTO dto = new RuntimeDTO();
            PluginDTO p = new PluginDTO();
            p.name = "relu";
            p.state = state;
            p.bundleId = bundleId;
            p.serviceId = serviceId;
            dto.plugins.add(p);
            return dto;
        };
    }

    @Test
    void whatDiffersFromStartToStartIsLeftOutAndNothingElse() {
        String one = runtime(1, 2, "active").canonical().toString();
        assertThat(runtime(7, 8, "active").canonical()).hasToString(one);
        assertThat(runtime(1, 2, "failed").canonical().toString()).isNotEqualTo(one);
        assertThat(runtime(7, 8, "active").getRuntimeDTO().toString()).contains("7", "8");
    }
}

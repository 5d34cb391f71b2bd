package org.fascicle.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComponentsTest {
    private static final String AROUND = """
            java.lang.reflect.InvocationTargetException
            \tat org.apache.felix.scr.impl.inject.X.newInstance(X.java:326)
            \tat java.base/java.lang.reflect.Constructor.newInstance(Constructor.java:1)
            Caused by: java.lang.IllegalStateException: no table
            """;

    @Test
    void aConstructorThatThrowsIsTold() {
        assertThat(Components.summary(AROUND + "\tat org.example.Mish.<init>(Mish.java:23)\n\t... 109 more\n"))
                .isEqualTo("constructor threw IllegalStateException: no table");
    }

    @Test
    void theComponentsOwnMethodIsToldNotTheOneItCalled() {
        assertThat(Components.summary(AROUND
                        + "\tat org.lib.Table.read(Table.java:3)\n\tat org.example.Mish.activate(Mish.java:23)\n\t... 9 more\n"
                        + "Caused by: java.io.IOException: disk\n\tat x.Y.z(Y.java:1)\n"))
                .isEqualTo("activate threw IllegalStateException: no table");
    }

    @Test
    void otherFailuresAreToldByTheirFirstLine() {
        assertThat(Components.summary("java.lang.NoClassDefFoundError: org/gone/Table\n\tat x.Y.z(Y.java:1)\n"))
                .isEqualTo("it could not be activated: NoClassDefFoundError: org/gone/Table");
        assertThat(Components.summary("no idea")).isEqualTo("it could not be activated: no idea");
    }

    @Test
    void withoutDeclarativeServicesNothingIsTold() {
        assertThat(new Components(Optional.empty()).whyAbsent(null, new Name(org.fascicle.plugin.Kind.LAYER, "x")))
                .isEmpty();
    }
}

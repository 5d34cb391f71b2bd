package org.fascicle.tck;

import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** {@link PluginContract} on the jar that is being built; {@code org.fascicle.plugin.parent} runs it, on itself too, which is no plug-in. */
@DisabledIfSystemProperty(named = "fascicle.plugin.packaging", matches = "pom")
final class BuiltPlugin extends PluginContract {}

package org.fascicle.registry;

import org.fascicle.plugin.Kind;

/** What plug-ins are elected for. */
record Name(Kind kind, String name) {}

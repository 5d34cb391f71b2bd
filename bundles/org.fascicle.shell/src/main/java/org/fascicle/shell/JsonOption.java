package org.fascicle.shell;

import picocli.CommandLine.Option;

/** The option of every command that has results. */
final class JsonOption {
    @Option(names = "--json", description = "Write nothing but JSON to standard output, one object a line.")
    boolean json;
}

package org.fascicle.shell;

import picocli.CommandLine.Option;

/** The option of every command that may need plug-ins which are not there. */
final class InstallOption {
    @Option(
            names = "--install",
            description = "Install the plug-ins that are missing, from the repositories that are allowed.")
    boolean install;
}

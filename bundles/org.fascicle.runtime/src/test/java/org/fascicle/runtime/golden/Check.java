package org.fascicle.runtime.golden;

/** Does what a case says by the plug-ins, and compares. */
@FunctionalInterface
interface Check {
    void run(GoldenCase c, Rig rig, Comparison out);
}

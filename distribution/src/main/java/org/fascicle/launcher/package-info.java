/** Starts the framework with the distribution's bundles, and runs one command in it or the interactive shell. */
package org.fascicle.launcher;

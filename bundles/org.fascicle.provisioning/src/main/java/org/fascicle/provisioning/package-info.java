/** Reads repository indexes, computes what to install, and installs it or nothing. */
package org.fascicle.provisioning;

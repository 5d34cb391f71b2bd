/** A bundle as a build made it: what its manifest and its component descriptions say, read without a framework. */
@Export
@Version("1.0.0")
package org.fascicle.tck.jar;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

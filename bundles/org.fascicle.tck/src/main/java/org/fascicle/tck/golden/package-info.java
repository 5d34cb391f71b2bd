/** Golden outputs: what a plug-in computed when it was released, shipped in its bundle, so that nobody changes its numbers unawares. */
@Export
@Version("1.0.0")
package org.fascicle.tck.golden;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

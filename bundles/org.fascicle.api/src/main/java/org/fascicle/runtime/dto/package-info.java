/** Snapshots for {@link org.fascicle.runtime.FascicleRuntime}: strings and numbers only. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("1.0.0")
package org.fascicle.runtime.dto;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

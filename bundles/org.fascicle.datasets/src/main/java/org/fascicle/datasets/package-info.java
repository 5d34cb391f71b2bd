/** Data sets that need no files: digits and iris are part of the bundle, the others are drawn from a seed. */
package org.fascicle.datasets;

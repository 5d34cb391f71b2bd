/** MNIST, Fashion-MNIST and other IDX files as data sets. Files are treated as hostile. */
package org.fascicle.datasets.idx;

/**
 * The command {@code bench}: measurements that run inside the framework like everything else, each beside something to
 * compare it with. A case is one class, {@link org.fascicle.benchmarks.Case}.
 */
package org.fascicle.benchmarks;

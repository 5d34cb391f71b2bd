package org.fascicle.benchmarks;

import org.fascicle.model.Models;
import org.fascicle.runtime.FascicleRuntime;
import org.osgi.framework.BundleContext;

/** What cases measure. */
record Services(BundleContext context, Models models, FascicleRuntime runtime) {}

/**
 * The immutable definition of a pipeline, read by runtimes: start with {@link io.datastream.plan.Plan}.
 */
@NullMarked
package io.datastream.plan;

import org.jspecify.annotations.NullMarked;

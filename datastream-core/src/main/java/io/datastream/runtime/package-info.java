/**
 * Running a pipeline: start with {@link io.datastream.runtime.LocalRuntime}.
 */
@NullMarked
package io.datastream.runtime;

import org.jspecify.annotations.NullMarked;

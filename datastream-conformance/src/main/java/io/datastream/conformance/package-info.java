/** Runs folders of conformance cases through real pipelines and prints what passed. */
@NullMarked
package io.datastream.conformance;

import org.jspecify.annotations.NullMarked;

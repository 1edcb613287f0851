/**
 * Runs folders of conformance cases through real pipelines and prints what passed: start with
 * {@link io.datastream.conformance.Conformance}. What is run for an operator of the manifest stands in
 * {@link io.datastream.conformance.Operators}.
 */
@NullMarked
package io.datastream.conformance;

import org.jspecify.annotations.NullMarked;

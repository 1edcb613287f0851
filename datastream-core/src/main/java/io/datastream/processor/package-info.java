/**
 * What users implement to process records: start with {@link io.datastream.processor.Processor}.
 */
@NullMarked
package io.datastream.processor;

import org.jspecify.annotations.NullMarked;

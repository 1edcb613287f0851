/** JMH benchmarks, one class for each question. */
@NullMarked
package io.datastream.bench;

import org.jspecify.annotations.NullMarked;

/** The code of README.md and docs, compiled and run. {@code SnippetsTest} says how the two belong together. */
@NullMarked
package io.datastream.examples.guides;

import org.jspecify.annotations.NullMarked;

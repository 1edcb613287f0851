/** Operators on time series, one package a family; each family states its mathematics in its own package description. */
@NullMarked
package io.datastream.processors;

import org.jspecify.annotations.NullMarked;

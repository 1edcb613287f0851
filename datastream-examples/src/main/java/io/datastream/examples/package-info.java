/** Programs to read and to run, one package each. Open {@code marketinsights.MarketInsights} first. */
@NullMarked
package io.datastream.examples;

import org.jspecify.annotations.NullMarked;

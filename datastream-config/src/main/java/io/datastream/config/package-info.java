/**
 * Typed settings for an application: declared once as {@link io.datastream.config.Option}s, gathered from command line,
 * system properties, environment and a YAML file, and checked all at once. Open {@link io.datastream.config.ConfigSpec}
 * first.
 */
@NullMarked
package io.datastream.config;

import org.jspecify.annotations.NullMarked;

/**
 * Settings in a file, as those see them who make something of them. Open {@link io.datastream.settings.Settings}. The module
 * {@code datastream-config} reads them from YAML.
 */
@NullMarked
package io.datastream.settings;

import org.jspecify.annotations.NullMarked;

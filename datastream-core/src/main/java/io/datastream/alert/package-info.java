/**
 * What alerts are, where they are delivered, and how they are looked at. Open {@link io.datastream.alert.Alert} first;
 * {@link io.datastream.alert.AlertChannel} is what users implement, and {@link io.datastream.alert.AlertBook} is what pages
 * show. The rules that make alerts are in the module {@code datastream-alerts}.
 */
@NullMarked
package io.datastream.alert;

import org.jspecify.annotations.NullMarked;

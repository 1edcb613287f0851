package io.datastream.alerts;

import io.datastream.alert.AlertChannel;
import io.datastream.settings.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a file of alerts may name: records that rules look at, and kinds of channels besides {@code log}, {@code console},
 * {@code slack} and {@code webhook}.
 *
 * <pre>{@code
 * RecordFields<Reading> readings = RecordFields.of("readings", Reading.class);
 * AlertFormat format = AlertFormat.create().withRecords(readings).withChannels("mail", MailChannel::from);
 * AlertSettings settings = YamlSettings.read(Path.of("alerts.yaml"), format::read);
 * }</pre>
 *
 * <p>Immutable; each method gives a changed copy.
 */
public final class AlertFormat {
    private final Map<String, RecordFields<?>> records;
    private final Map<String, ChannelReader> channels;

    private AlertFormat(Map<String, RecordFields<?>> records, Map<String, ChannelReader> channels) {
        this.records = records;
        this.channels = channels;
    }

    /** Makes a channel of settings. */
    @FunctionalInterface
    public interface ChannelReader {
        /**
         * The channel; empty if the settings are wrong, which is then noted there.
         *
         * @param name for {@link AlertChannel#name()}
         */
        Optional<? extends AlertChannel> read(String name, Settings settings);
    }

    /** No records, and the channels of this module. */
    public static AlertFormat create() {
        return new AlertFormat(Map.of(), BuiltInChannels.ALL);
    }

    /** With records for the rules below {@code data} and their name. */
    public AlertFormat withRecords(RecordFields<?> fields) {
        Map<String, RecordFields<?>> more = new LinkedHashMap<>(records);
        more.put(fields.name(), fields);
        return new AlertFormat(more, channels);
    }

    /** With a further kind of channels. */
    public AlertFormat withChannels(String kind, ChannelReader reader) {
        Map<String, ChannelReader> more = new LinkedHashMap<>(channels);
        more.put(kind, reader);
        return new AlertFormat(records, more);
    }

    /** What the settings say; used only if nothing in them was refused. */
    public AlertSettings read(Settings settings) {
        return new SettingsReader(settings, records, channels).read();
    }
}

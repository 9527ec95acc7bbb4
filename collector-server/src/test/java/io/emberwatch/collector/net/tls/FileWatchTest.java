package io.emberwatch.collector.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileWatchTest {
    private final FileWatch watch = new FileWatch("in use");

    @Test
    void nothing_new_is_no_news() {
        assertThat(watch.isNews("in use")).isFalse();
        assertThat(watch.isNews("in use")).isFalse();
    }

    @Test
    void a_change_is_news_once_and_only_when_it_has_settled() {
        assertThat(watch.isNews("half")).isFalse();
        assertThat(watch.isNews("whole")).isFalse();
        assertThat(watch.isNews("whole")).isTrue();
        assertThat(watch.isNews("whole")).isFalse();
    }

    @Test
    void to_be_as_before_is_news_only_if_the_change_was() {
        watch.isNews("half");
        assertThat(watch.isNews("in use")).isFalse();
        assertThat(watch.isNews("in use")).isFalse();

        watch.isNews("bad");
        assertThat(watch.isNews("bad")).isTrue();
        assertThat(watch.isNews("in use")).isFalse();
        assertThat(watch.isNews("in use")).isTrue();
    }
}

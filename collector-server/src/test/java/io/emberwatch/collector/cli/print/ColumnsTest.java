package io.emberwatch.collector.cli.print;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ColumnsTest {
    private static final Columns<Box> COLUMNS = Columns.of(Box.class)
            .forScripts("id", Box::id)
            .with("NAME", "name", Box::name)
            .with("PLACE", "place", Box::place)
            .with("HEAT", "heat_c", Box::heat, heat -> heat.isPresent() ? heat.getAsInt() + " °C" : "")
            .forPeople("WORDS", box -> "box " + box.id());

    private static final Box HOT = new Box(1, "gpu07", Optional.of("R 1"), OptionalInt.of(90));
    private static final Box NEW = new Box(2, "gpu08", Optional.empty(), OptionalInt.empty());

    private record Box(int id, String name, Optional<String> place, OptionalInt heat) {}

    @Test
    void one_list_makes_the_table_and_the_json() {
        assertThat(COLUMNS.table(List.of(HOT, NEW))).isEqualTo("""
                NAME   PLACE  HEAT   WORDS
                gpu07  R 1    90 °C  box 1
                gpu08                box 2
                """);
        assertThat(Json.write(COLUMNS.objects(List.of(HOT, NEW))))
                .isEqualTo("[{\"id\":1,\"name\":\"gpu07\",\"place\":\"R 1\",\"heat_c\":90},"
                        + "{\"id\":2,\"name\":\"gpu08\",\"place\":null,\"heat_c\":null}]");
    }

    @Test
    void a_table_may_show_some_columns_in_an_order_of_its_own() {
        assertThat(COLUMNS.table(List.of(HOT), "WORDS", "NAME")).isEqualTo("""
                WORDS  NAME
                box 1  gpu07
                """);
        assertThatThrownBy(() -> COLUMNS.table(List.of(HOT), "NMAE")).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void a_sheet_leaves_out_what_is_not_known() {
        assertThat(COLUMNS.sheet(HOT)).isEqualTo("""
                NAME   gpu07
                PLACE  R 1
                HEAT   90 °C
                WORDS  box 1
                """);
        assertThat(COLUMNS.sheet(NEW)).doesNotContain("PLACE");
    }

    @Test
    void what_has_a_part_is_shown_with_the_columns_of_the_part() {
        record Rented(Box box, String by) {}
        Columns<Rented> rented = COLUMNS.over(Rented::box).with("BY", "rented_by", Rented::by);

        assertThat(rented.object(new Rented(NEW, "lena")))
                .containsKeys("id", "name", "place", "heat_c")
                .containsEntry("rented_by", "lena");
        assertThat(rented.table(List.of(new Rented(NEW, "lena")), "NAME", "BY")).isEqualTo("NAME   BY\ngpu08  lena\n");
    }
}

#![cfg_attr(fuzzing, no_main)]
routeglass_fuzz::target!(table_dump_v2);

# gw_embed(target symbol file): puts a file's bytes into the program as gw_asset_<symbol> … _end.
# .incbin and not #embed: ccache overlooks #embed and would keep old bytes.
function(gw_embed target symbol file)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/embed_${symbol}.S")
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT [[
    .section .rodata
    .global gw_asset_@symbol@
    .global gw_asset_@symbol@_end
    .balign 16
gw_asset_@symbol@:
    .incbin "@file@"
gw_asset_@symbol@_end:
    .byte 0
    .section .note.GNU-stack,"",%progbits
]])
  set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${file}" LANGUAGE ASM)
  target_sources(${target} PRIVATE "${source}")
endfunction()

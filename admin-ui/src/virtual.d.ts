declare module "virtual:causes" {
  const causes: Record<string, import("../build/causes").Cause>;
  export default causes;
}
